'use strict';
// A nightly job: it deletes Sessions that have expired, and keeps those that have not or that have no end.
const { assert, eventually, run, service } = require('./kit');

const PEOPLE = ['+14155559001', '+14155559002'];

async function cleanUp() {
  let removed = 0;
  for (const { sid, dateExpiry } of await service.sessions.list()) {
    if (dateExpiry && dateExpiry.getTime() <= Date.now() && (await service.sessions(sid).remove())) removed++;
  }
  return removed;
}

async function open(options) {
  const { sid } = await service.sessions.create(options);
  for (const identifier of PEOPLE) await service.sessions(sid).participants.create({ identifier });
}

run(async () => {
  const soon = Math.floor(Date.now() / 1000) * 1000 + 2000;
  await open({ uniqueName: 'ends', dateExpiry: new Date(soon) });
  await open({ uniqueName: 'later', dateExpiry: new Date(soon + 86400000) });
  await open({ uniqueName: 'has none' });
  assert.equal(await eventually(cleanUp), 1);
  assert.equal(await cleanUp(), 0);
  assert.deepEqual((await service.sessions.list()).map((one) => one.uniqueName).sort(), ['has none', 'later']);
  // The deleted Session's name and its proxy numbers can be used again.
  await open({ uniqueName: 'ends' });
});
