'use strict';
// An administrator's tour: it creates, reads, updates, lists and deletes every resource.
const { assert, client, inbox, newest, refusal, run, service: given, text } = require('./kit');

const [ANN, BOB] = ['+14155559001', '+14155559002'];

/** The oldest SDK has another field for a Service's name than Proxy has now, so it uses the given Service. */
async function newService() {
  if (!newest) return given;
  const made = await client.proxy.v1.services.create({ uniqueName: 'a tour', defaultTtl: 60 });
  assert.equal((await client.proxy.v1.services('a tour').fetch()).sid, made.sid);
  const renamed = await client.proxy.v1.services(made.sid).update({ uniqueName: 'the tour', defaultTtl: 0 });
  assert.equal(renamed.defaultTtl, 0);
  assert.equal((await client.proxy.v1.services(made.sid).fetch()).uniqueName, 'the tour');
  const again = client.proxy.v1.services.create({ uniqueName: 'the tour' });
  assert.deepEqual(await refusal(again), [400, 80602]);
  return client.proxy.v1.services(made.sid);
}

/** The second number is reserved: no Participant gets it automatically. The oldest SDK cannot reserve a number. */
async function tourNumbers(service) {
  const owned = await client.incomingPhoneNumbers.list({ phoneNumber: '+1415555', limit: 2 });
  for (const { sid } of owned) assert.equal((await service.phoneNumbers.create({ sid })).sid, sid);
  const [first, second] = await service.phoneNumbers.list();
  assert.equal((await service.phoneNumbers(first.sid).fetch()).isoCountry, 'US');
  if (!newest) return;
  const kept = service.phoneNumbers(second.sid);
  assert.equal((await kept.update({ isReserved: true })).isReserved, true);
  const session = service.sessions((await service.sessions.create()).sid);
  const taken = await session.participants.create({ identifier: ANN });
  assert.equal(taken.proxyIdentifier, first.phoneNumber);
  assert.deepEqual(await refusal(session.participants.create({ identifier: ANN })), [400, 80103]);
  assert.deepEqual((await service.phoneNumbers.list()).map((number) => number.inUse), [1, 0]);
  assert.equal(await session.remove(), true);
  assert.equal((await kept.update({ isReserved: false })).isReserved, false);
}

async function talk(session) {
  const ann = await session.participants.create({ identifier: ANN, friendlyName: 'Ann' });
  const bob = await session.participants.create({ identifier: BOB });
  await text(ANN, ann.proxyIdentifier, 'Hello');
  assert.equal((await session.fetch()).status, 'in-progress');
  const [found] = await session.interactions.list();
  assert.deepEqual([found.type, found.inboundResourceType, JSON.parse(found.data).body], ['message', 'message', 'Hello']);
  const sent = await client.messages(found.inboundResourceSid).fetch();
  assert.deepEqual([sent.from, sent.to, sent.body], [ANN, ann.proxyIdentifier, 'Hello']);
  return { ann, bob, found };
}

async function tourSession(service) {
  const session = service.sessions((await service.sessions.create({ uniqueName: 'talk' })).sid);
  const { ann, bob, found } = await talk(session);
  assert.equal((await session.update({ status: 'closed' })).status, 'closed');
  assert.deepEqual(await refusal(session.update({ ttl: 5 })), [400, 80607]);
  assert.equal((await session.update({ status: 'in-progress' })).status, 'in-progress');
  await inbox(ANN);
  await text(BOB, bob.proxyIdentifier, 'Still here?');
  assert.deepEqual(await inbox(ANN), [[ann.proxyIdentifier, 'Still here?']]);
  if (newest) assert.equal(await session.interactions(found.sid).remove(), true);
  assert.equal(await session.participants(ann.sid).remove(), true);
  assert((await session.participants(ann.sid).fetch()).dateDeleted);
  assert.equal(await session.remove(), true);
}

run(async () => {
  const service = await newService();
  await tourNumbers(service);
  await tourSession(service);
  for (const { sid } of await service.phoneNumbers.list()) assert.equal(await service.phoneNumbers(sid).remove(), true);
  assert.deepEqual(await service.phoneNumbers.list(), []);
  assert.equal(await service.remove(), true);
  assert.deepEqual(await refusal(service.fetch()), [404, 20404]);
});
