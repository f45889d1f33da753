'use strict';
// A small app: at every start it adds all numbers of the account, and deletes what is left from the day before.
const { assert, client, run, service } = require('./kit');

const PEOPLE = ['+14155559001', '+14155559002'];

async function start() {
  for (const { sid } of await client.incomingPhoneNumbers.list()) {
    assert.equal((await service.phoneNumbers.create({ sid })).sid, sid);
  }
  for (const { sid } of await service.sessions.list()) assert.equal(await service.sessions(sid).remove(), true);
}

const sids = (numbers) => numbers.map((number) => number.sid).sort();

run(async () => {
  await start();
  const pool = sids(await service.phoneNumbers.list());
  assert.deepEqual(pool, sids(await client.incomingPhoneNumbers.list()));
  for (let count = 0; count < 3; count++) {
    const session = await service.sessions.create();
    assert.deepEqual([session.ttl, Boolean(session.dateExpiry)], [0, false]);
    for (const identifier of PEOPLE) await service.sessions(session.sid).participants.create({ identifier });
  }
  await start();
  assert.deepEqual(sids(await service.phoneNumbers.list()), pool);
  assert.deepEqual(await service.sessions.list(), []);
});
