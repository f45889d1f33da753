'use strict';
// Rides: both people join at the same time. This must not fail, because the app would then show real numbers.
const { assert, inbox, refusal, run, service, text } = require('./kit');

const RIDES = 12;
const rider = (number) => `+141555591${String(number).padStart(2, '0')}`;
const driver = (number) => `+141555592${String(number).padStart(2, '0')}`;

async function start(number) {
  const session = await service.sessions.create({ uniqueName: `ride ${number}`, ttl: 3600 });
  const people = service.sessions(session.sid).participants;
  const phones = [rider(number), driver(number)];
  try {
    const joined = await Promise.all(phones.map((identifier) => people.create({ identifier })));
    return { session, masks: joined.map((person) => person.proxyIdentifier) };
  } catch (error) {
    return { session, masks: phones, error };
  }
}

run(async () => {
  const numbers = [...Array(RIDES).keys()];
  const rides = await Promise.all(numbers.map(start));
  for (const [number, { masks, error }] of rides.entries()) {
    assert.equal(error, undefined);
    assert(!masks.includes(rider(number)) && !masks.includes(driver(number)));
  }
  const { session, masks } = rides[0];
  await text(rider(0), masks[0], 'I wear a hat');
  assert.deepEqual(await inbox(driver(0)), [[masks[1], 'I wear a hat']]);
  const gone = await Promise.all(rides.map((ride) => service.sessions(ride.session.sid).remove()));
  assert.deepEqual(gone, rides.map(() => true));
  assert.deepEqual(await refusal(service.sessions(session.sid).fetch()), [404, 20404]);
  await text(rider(0), masks[0], 'And my bag?');
  assert.deepEqual(await inbox(driver(0)), []);
});
