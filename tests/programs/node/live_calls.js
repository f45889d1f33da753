'use strict';
// An operator's calls: the app knows who calls, moves the session's end with every call, and can end it in the middle.
// It comes with an API key of the carrier's, and uses it for Proxy and for the carrier alike.
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

/** All that the carrier says to the end of both legs at once; Promise.all would fail with the first refusal. */
async function endSession(sid) {
  await service.sessions(sid).update({ status: 'closed' });
  const history = (await service.sessions(sid).interactions.list({ limit: 99999999 })).reverse();
  const live = history.find((one) => one.inboundResourceType === 'call' && one.outboundResourceStatus === 'initiated');
  assert.equal(live, history[0]);
  const legs = [live.inboundResourceSid, live.outboundResourceSid];
  const done = await Promise.allSettled(legs.map((leg) => client.calls(leg).update({ status: 'completed' })));
  return done.filter((one) => one.status === 'rejected').map((one) => one.reason.code);
}

/** That this call's outbound leg was told to have this status, and the session's end moved. */
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
  // Whichever is first ends both legs, so the other may come too late: the carrier's 21220, and both have ended.
  assert(codes.length === 0 || (codes.length === 1 && codes[0] === 21220), String(codes));
  await eventually(async () => (await phones.state(OPERATOR)) === 'idle' && (await phones.state(CUSTOMER)) === 'idle');
  assert.equal((await client.calls(call).fetch()).status, 'completed');
  // The end is told when the session is closed, and the app's last update is refused.
  await eventually(() => refused.length);
  assert.equal(refused[0], 80607);
  assert(!(await service.sessions(session).interactions.list()).some(isLive));
}

/** The app's own, through the carrier alone, from a number of the pool. */
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
