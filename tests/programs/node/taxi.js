'use strict';
// A taxi firm: it stores only the ride's name, and looks for a Session or Participant before it creates one.
const { assert, refusal, run, service } = require('./kit');

const RIDE = 'ride-42';
const [RIDER, DRIVER] = ['+14155559001', '+14155559002'];

async function sessionOf(uniqueName) {
  try {
    return await service.sessions(uniqueName).fetch();
  } catch {
    return service.sessions.create({ uniqueName, mode: 'voice-and-message' });
  }
}

async function maskOf(uniqueName, identifier) {
  await sessionOf(uniqueName);
  const people = service.sessions(uniqueName).participants;
  const known = (await people.list()).find((person) => person.identifier === identifier);
  // Proxy has no field `attributes`, and ignores it.
  const found = known || (await people.create({ identifier, attributes: JSON.stringify({ role: 'driver' }) }));
  return found.proxyIdentifier;
}

run(async () => {
  assert.deepEqual(await refusal(service.sessions(RIDE).fetch()), [404, 20404]);
  const masks = [await maskOf(RIDE, RIDER), await maskOf(RIDE, DRIVER)];
  assert.deepEqual([await maskOf(RIDE, RIDER), await maskOf(RIDE, DRIVER)], masks);
  assert.equal((await service.sessions.list()).length, 1);
  // An object that was fetched by its name uses that name in all later requests.
  const session = await service.sessions(RIDE).fetch();
  const rider = (await session.participants().list()).find((person) => person.identifier === RIDER);
  await service.sessions(RIDE).participants(rider.sid).remove();
  const kept = await session.participants().list();
  assert.deepEqual(kept.map((person) => [person.identifier, Boolean(person.dateDeleted)]), [[RIDER, true], [DRIVER, false]]);
  assert.equal(await maskOf(RIDE, RIDER), masks[0]);
  assert.equal((await session.update({ ttl: 60 })).ttl, 60);
  assert.equal((await service.sessions(session.sid).fetch()).ttl, 60);
  assert.equal((await session.update({ status: 'closed' })).closedReason, 'api');
  assert.equal((await sessionOf(RIDE)).status, 'closed');
  assert.equal(await session.remove(), true);
  assert.notEqual((await sessionOf(RIDE)).sid, session.sid);
});
