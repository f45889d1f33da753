'use strict';
// A paid line: before a call is connected, the app checks whether the caller has a card that can be charged.
const { assert, configure, eventually, run, service } = require('./kit');
const phones = require('./phones');
const { App } = require('./app');

const [CUSTOMER, OPERATOR] = ['+14155559001', '+14155559002'];

const cards = {};

async function intercept({ form }) {
  const people = service.sessions(form.interactionSessionSid).participants;
  const { identifier } = await people(form.inboundParticipantSid).fetch();
  return identifier === OPERATOR || cards[identifier] ? 200 : 403;
}

run(async () => {
  const { sid } = await service.sessions.create();
  const customer = await service.sessions(sid).participants.create({ identifier: CUSTOMER });
  const operator = await service.sessions(sid).participants.create({ identifier: OPERATOR });
  await phones.plan(OPERATOR, 'answer');
  const app = await new App({ intercept, callback: () => 200 }).start();
  await configure({ InterceptCallbackUrl: app.url('/intercept'), CallbackUrl: app.url('/callback') });
  const stopped = await phones.call(CUSTOMER, customer.proxyIdentifier);
  assert.deepEqual(await phones.heard(OPERATOR, 'ring'), []);
  // A caller whose call is stopped hears a notice, and the call ends.
  assert.notDeepEqual(await phones.heard(CUSTOMER, 'say'), []);
  assert.equal(await phones.state(CUSTOMER), 'idle');

  cards[CUSTOMER] = 'good';
  const call = await phones.call(CUSTOMER, customer.proxyIdentifier);
  assert.deepEqual(await phones.heard(OPERATOR, 'ring'), [operator.proxyIdentifier]);
  assert.equal(await phones.state(CUSTOMER), 'bridged');
  await phones.hangUp(OPERATOR);
  await eventually(() => app.at('/callback').some((form) => form.outboundResourceStatus === 'completed'));
  // The stopped call gets a callback too, without an outbound leg.
  const sides = () => new Set(app.at('/callback').map((form) => `${form.inboundResourceSid} ${form.outboundResourceType}`));
  await eventually(() => sides().size === 2);
  assert.deepEqual([...sides()].sort(), [`${stopped} `, `${call} call`].sort());
  assert.deepEqual(app.at('/intercept').map((form) => form.interactionType), ['Voice', 'Voice']);
  app.stop();
});
