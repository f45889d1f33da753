'use strict';
// A hotline: a caller chooses from a menu first, and is then connected to an agent, both masked.
const { account, assert, configure, eventually, run, service, serviceSid, token, twilio, url } = require('./kit');
const phones = require('./phones');
const { App, XML } = require('./app');

const [CALLER, AGENT] = ['+14155559001', '+14155559002'];
const OVER = ['completed', 'busy', 'no-answer', 'failed', 'canceled'];
const OURS = `${url}/v1/Accounts/${account}/Proxy/${serviceSid}/Webhooks/Call`;
const MENU = '<Response><Gather action="menu" numDigits="1" timeout="20"><Say>Press 1</Say></Gather></Response>';

const closed = [];
let app;

function genuine({ path, form, signature }) {
  assert(!twilio.validateRequest(token, signature, app.url(path), { ...form, From: '+14155559999' }));
  return twilio.validateRequest(token, signature, app.url(path), form);
}

function stranger(told) {
  if (!genuine(told)) return 403;
  assert.equal(told.form.CallStatus, 'ringing');
  return { text: MENU, kind: XML };
}

/** The carrier's own request: it continues the call that Maskline answered. */
async function menu({ form }) {
  assert.equal(form.Digits, '1');
  const { sid } = await service.sessions.create({ mode: 'voice-only' });
  const people = service.sessions(sid).participants;
  const caller = await people.create({ identifier: form.From, proxyIdentifier: form.To });
  assert.equal(caller.proxyIdentifier, form.To);
  await people.create({ identifier: AGENT });
  return { text: `<Response><Redirect method="POST">${OURS}</Redirect></Response>`, kind: XML };
}

async function callback(told) {
  const { form } = told;
  if (!genuine(told)) return 403;
  if (!OVER.includes(form.outboundResourceStatus)) return 200;
  try {
    await service.sessions(form.interactionSessionSid).update({ status: 'closed' });
    closed.push(form.outboundResourceStatus);
  } catch (error) {
    assert.equal(error.code, 80607);
  }
  return 200;
}

async function play(number, what, status) {
  await phones.plan(AGENT, what);
  await phones.call(CALLER, number);
  assert.equal((await phones.heard(CALLER, 'say')).pop(), 'Press 1');
  const rung = (await phones.heard(AGENT, 'ring')).length;
  await phones.press(CALLER, '1');
  const shown = await phones.heard(AGENT, 'ring');
  assert.equal(shown.length, rung + (['busy', 'fail'].includes(what) ? 0 : 1));
  assert(!shown.includes(CALLER));
  if (what === 'answer') assert.equal(await phones.state(AGENT), 'bridged');
  if (what === 'answer' || what === 'manual') await phones.hangUp(CALLER);
  if (what === 'no-answer') await phones.passTime(120);
  await eventually(() => closed[closed.length - 1] === status);
}

run(async () => {
  app = await new App({ stranger, menu, callback }).start();
  await configure({ OutOfSessionCallbackUrl: app.url('/stranger'), CallbackUrl: app.url('/callback') });
  const [{ phoneNumber }] = await service.phoneNumbers.list();
  const ways = { answer: 'completed', busy: 'busy', 'no-answer': 'no-answer', fail: 'failed', manual: 'canceled' };
  for (const [what, status] of Object.entries(ways)) {
    await play(phoneNumber, what, status);
    const sessions = await service.sessions.list();
    assert(sessions.every((one) => one.status === 'closed' && one.closedReason === 'api'));
  }
  assert.deepEqual(closed, Object.values(ways));
  for (const [place, { sid }] of (await service.sessions.list()).entries()) {
    const found = await service.sessions(sid).interactions.list();
    assert.deepEqual(found.map((one) => one.outboundResourceStatus), [closed[place]]);
  }
  app.stop();
});
