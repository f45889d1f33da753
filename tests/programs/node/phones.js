'use strict';
// Calls between people, and what each of them hears.
const { carrier, request } = require('./kit');

const post = (path, body) => request('POST', `${carrier}/sim/${path}?wait=1`, body);
const phone = (number) => request('GET', `${carrier}/sim/phones/${number}`);

/** Starts a call, and returns its SID when the call waits for a person. */
const call = async (from, to) => (await post('call', { from, to })).sid;

/**
 * What the phone does from its next call on: answer, busy, no-answer, fail; manual: it keeps ringing.
 * A person who answers presses 1, because a new Service connects nobody before that (docs/calls.md, "Mailboxes").
 */
const plan = (number, what) => post(`phones/${number}/plan`, { plan: what, keys: '1' });
const hangUp = (number) => post(`phones/${number}/hangup`, {});
const press = (number, keys) => post(`phones/${number}/keys`, { keys });
const say = (number, text) => post(`phones/${number}/say`, { text });
const state = async (number) => (await phone(number)).state;

/** Moves the simulator's clock forward. */
async function passTime(seconds) {
  await post('clock', { advance: seconds });
  await request('GET', `${carrier}/sim/settle`);
}

/** What a phone got: for `ring` and `bridged` the caller ids shown, for `say` the words. */
const heard = async (number, kind) =>
  (await phone(number)).heard.filter((sound) => sound.kind === kind).map((sound) => sound.text);

module.exports = { call, hangUp, heard, passTime, plan, press, say, state };
