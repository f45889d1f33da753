'use strict';
// Reminders with a chat: the app copies each text from the callbacks, with its sender and receiver.
const { assert, configure, eventually, run, service, text, token, twilio } = require('./kit');
const phones = require('./phones');
const { App } = require('./app');

const [CLIENT, ADVISER] = ['+14155559001', '+14155559002'];
const TEXTS = [[ADVISER, 'Court is at nine'], [CLIENT, 'I "shall" — sí 👍'], [ADVISER, '100 % & no later\nBring papers']];

// The copy of each Interaction, by its SID; created when first needed.
const copies = new Map();
let adviser;
let app;

/** The app takes the person who is not the receiver for the sender, so a missing receiver would swap the sides. */
function callback({ form, signature }) {
  if (!twilio.validateRequest(token, signature, app.url('/callback'), form)) return 403;
  const sides = form.outboundParticipantSid === adviser.sid ? ['client', 'adviser'] : ['adviser', 'client'];
  const { body } = JSON.parse(form.interactionData);
  if (!copies.has(form.interactionSid)) copies.set(form.interactionSid, { sides, body, first: form });
  copies.get(form.interactionSid).status = form.outboundResourceStatus;
  return 200;
}

const statuses = () => [...copies.values()].map((copy) => copy.status).join();

run(async () => {
  const { sid } = await service.sessions.create();
  const client = await service.sessions(sid).participants.create({ identifier: CLIENT });
  adviser = await service.sessions(sid).participants.create({ identifier: ADVISER });
  app = await new App({ callback }).start();
  await configure({ CallbackUrl: app.url('/callback') });
  for (const [sender, body] of TEXTS) {
    await text(sender, (sender === CLIENT ? client : adviser).proxyIdentifier, body);
  }
  await eventually(() => statuses() === 'delivered,delivered,delivered');
  await phones.plan(ADVISER, 'answer');
  await phones.call(CLIENT, client.proxyIdentifier);
  await phones.hangUp(CLIENT);
  await eventually(() => statuses().endsWith(',completed'));
  const found = [...copies.values()];
  const chat = TEXTS.map(([sender, body]) => [sender === CLIENT ? 'client' : 'adviser', body]);
  assert.deepEqual(found.slice(0, 3).map((copy) => [copy.sides[0], copy.body]), chat);
  // A call has no text, but its interactionData is valid JSON too.
  assert.deepEqual([found[3].sides, found[3].body], [['client', 'adviser'], undefined]);
  for (const { first } of found) {
    const both = [first.inboundParticipantSid, first.outboundParticipantSid];
    assert.deepEqual([...both].sort(), [client.sid, adviser.sid].sort());
  }
  app.stop();
});
