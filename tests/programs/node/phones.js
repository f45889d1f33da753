'use strict';
// Calls between people, and what each of them hears.
const { carrier, request } = require('./kit');

const post = (path, body) => request('POST', `${carrier}/sim/${path}?wait=1`, body);
const phone = (number) => request('GET', `${carrier}/sim/phones/${number}`);

/** The call's SID, once it waits for somebody. */
const call = async (from, to) => (await post('call', { from, to })).sid;

/**
 * From its next ringing on: answer, busy, no-answer, fail; manual: it rings on.
 * Who picks up presses 1, since a new Service puts nobody through before that (docs/calls.md, "Mailboxes").
 */
const plan = (number, what) => post(`phones/${number}/plan`, { plan: what, keys: '1' });
const hangUp = (number) => post(`phones/${number}/hangup`, {});
const press = (number, keys) => post(`phones/${number}/keys`, { keys });
const say = (number, text) => post(`phones/${number}/say`, { text });
const state = async (number) => (await phone(number)).state;

/** On the telephone network's clock. */
async function passTime(seconds) {
  await post('clock', { advance: seconds });
  await request('GET', `${carrier}/sim/settle`);
}

/** `ring` and `bridged`: the caller ids that were shown; `say`: words. */
const heard = async (number, kind) =>
  (await phone(number)).heard.filter((sound) => sound.kind === kind).map((sound) => sound.text);

module.exports = { call, hangUp, heard, passTime, plan, press, say, state };
