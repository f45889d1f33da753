'use strict';
// An operator's calls: the app knows the caller, moves the Session's end with each call, and can end a live call.
// The app logs in with one of the carrier's API keys, both to Proxy and to the carrier.
const kit = require('./kit');
const phones = require('./phones');
const { App } = require('./app');

const { assert, eventually, newest } = kit;
const [OPERATOR, CUSTOMER] = ['+14155559001', '+14155559002'];
const USERS = { [OPERATOR]: 'the operator', [CUSTOMER]: 'the customer' };
const OVER = ['completed', 'busy', 'no-answer'];
const DAY = 86400;

let client;
let service;
const callers = [];
const ends = [];
const refused = [];

const whole = (time) => Math.floor(time / 1000) * 1000;
const left = () => (ends[ends.length - 1] - Date.now()) / 1000;
const isLive = (one) => one.inboundResourceType === 'call' && one.outboundResourceStatus === 'initiated';

async function moveEnd(sid, seconds) {
  const dateExpiry = new Date(whole(Date.now()) + seconds * 1000);
  try {
    await service.sessions(sid).update({ dateExpiry });
    ends.push(dateExpiry);
  } catch (error) {
    refused.push(error.code);
  }
}

async function intercept({ form }) {
  const people = service.sessions(form.interactionSessionSid).participants;
  callers.push(USERS[(await people(form.inboundParticipantSid).fetch()).identifier]);
}

async function callback({ form }) {
  if (typeof form.outboundResourceStatus === 'undefined') return 201;
  if (form.outboundResourceStatus === 'initiated') await moveEnd(form.interactionSessionSid, DAY);
  else if (OVER.includes(form.outboundResourceStatus)) await moveEnd(form.interactionSessionSid, 60);
  return 201;
}

/** Ends both legs at once and returns the carrier's refusals; Promise.all would fail with the first of them. */
async function endSession(sid) {
  await service.sessions(sid).update({ status: 'closed' });
  const history = (await service.sessions(sid).interactions.list({ limit: 99999999 })).reverse();
  const live = history.find((one) => one.inboundResourceType === 'call' && one.outboundResourceStatus === 'initiated');
  assert.equal(live, history[0]);
  const legs = [live.inboundResourceSid, live.outboundResourceSid];
  const done = await Promise.allSettled(legs.map((leg) => client.calls(leg).update({ status: 'completed' })));
  return done.filter((one) => one.status === 'rejected').map((one) => one.reason.code);
}

/** Waits until a callback has reported this status for the call's outbound leg, and the Session's end has moved. */
async function toldStatus(app, call, status) {
  const fits = (form) => form.inboundResourceSid === call && form.outboundResourceStatus === status;
  const { interactionSessionSid: sid } = await eventually(() => app.at('/callback').find(fits));
  await eventually(async () => {
    const { dateExpiry } = await service.sessions(sid).fetch();
    return dateExpiry && dateExpiry.getTime() === ends[ends.length - 1].getTime();
  });
}

async function endedCalls(app, mask) {
  for (const [what, status] of [['busy', 'busy'], ['no-answer', 'no-answer'], ['answer', 'completed']]) {
    await phones.plan(CUSTOMER, what);
    const call = await phones.call(OPERATOR, mask);
    await toldStatus(app, call, 'initiated');
    if (what === 'no-answer') await phones.passTime(120);
    else if (what === 'answer') await phones.hangUp(OPERATOR);
    await toldStatus(app, call, status);
    assert(left() <= 60);
  }
}

async function liveCall(app, session, mask) {
  const call = await phones.call(OPERATOR, mask);
  await toldStatus(app, call, 'initiated');
  assert(left() > DAY - 3600);
  assert.equal(await phones.state(CUSTOMER), 'bridged');
  const codes = await endSession(session);
  // The first request ends both legs, so the second may get the carrier's 21220. Both legs have ended then.
  assert(codes.length === 0 || (codes.length === 1 && codes[0] === 21220), String(codes));
  await eventually(async () => (await phones.state(OPERATOR)) === 'idle' && (await phones.state(CUSTOMER)) === 'idle');
  assert.equal((await client.calls(call).fetch()).status, 'completed');
  // The callback about the call's end comes after the Session was closed, so the app's last update is refused.
  await eventually(() => refused.length);
  assert.equal(refused[0], 80607);
  assert(!(await service.sessions(session).interactions.list()).some(isLive));
}

/** A call that the app places itself, only through the carrier, from a proxy number of the pool. */
async function clickToCall() {
  const [{ phoneNumber: from }] = await service.phoneNumbers.list();
  const twiml = `<Response><Dial callerId="${from}">${CUSTOMER}</Dial></Response>`;
  const call = await client.calls.create({ to: OPERATOR, from, twiml });
  await eventually(async () => (await phones.state(CUSTOMER)) === 'bridged');
  await client.calls(call.sid).update({ status: 'completed' });
  await eventually(async () => (await phones.state(CUSTOMER)) === 'idle');
}

kit.run(async () => {
  const key = await kit.client.newKeys.create({ friendlyName: 'of the app' });
  client = kit.keyClient(key.sid, key.secret);
  service = client.proxy.v1.services(kit.serviceSid);
  const { sid } = await service.sessions.create({ mode: 'voice-only' });
  const operator = await service.sessions(sid).participants.create({ identifier: OPERATOR });
  const customer = await service.sessions(sid).participants.create({ identifier: CUSTOMER });
  const app = await new App({ intercept, callback }).start();
  await kit.configure({ InterceptCallbackUrl: app.url('/intercept'), CallbackUrl: app.url('/callback') });
  await endedCalls(app, operator.proxyIdentifier);
  await liveCall(app, sid, operator.proxyIdentifier);
  assert.deepEqual(callers, Array(4).fill('the operator'));
  // A phone that is busy does not ring.
  assert.deepEqual(await phones.heard(CUSTOMER, 'ring'), Array(3).fill(customer.proxyIdentifier));
  await phones.call(OPERATOR, operator.proxyIdentifier);
  assert.equal((await phones.heard(CUSTOMER, 'ring')).length, 3);
  assert.notDeepEqual(await phones.heard(OPERATOR, 'say'), []);
  if (newest) await clickToCall();
  app.stop();
});
