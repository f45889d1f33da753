'use strict';
// A mail and phone relay: it gives each customer an unused proxy number, and adds strangers when they write.
const { assert, configure, inbox, newest, run, service, text } = require('./kit');
const { App } = require('./app');

const CUSTOMERS = ['+14155559001', '+14155559002', '+14155559003'];
const [STRANGER, OTHER] = ['+14155559101', '+14155559102'];
// A TwiML answer that is sent as HTML, by a web framework that does not know TwiML.
const SORRY = "<?xml version='1.0'?>\n<Response><Message>This relay number is off.</Message></Response>";

// The app's own table: from proxy number to Session SID.
const sessions = {};

/** The oldest SDK does not read how many Sessions use a number, so the app looks into its own table. */
async function unused() {
  const numbers = await service.phoneNumbers.list();
  return numbers.filter((one) => (newest ? one.inUse === 0 : !sessions[one.phoneNumber])).map((one) => one.phoneNumber);
}

/** The app's loop: it creates Sessions with one Participant until one gets a number that no Session used before. */
async function openOnUnused(identifier) {
  const free = await unused();
  for (let tries = 0; tries < 3; tries++) {
    const { sid } = await service.sessions.create({ ttl: 3600 });
    const { proxyIdentifier: mask } = await service.sessions(sid).participants.create({ identifier });
    if (!free.includes(mask)) continue;
    sessions[mask] = sid;
    return mask;
  }
  throw new Error('the least loaded number comes first, so the loop ends at once');
}

/** The app's reaction when somebody unknown texts a number. */
async function stranger({ form }) {
  if (!sessions[form.To]) return 404;
  const { sid, status } = await service.sessions(sessions[form.To]).fetch();
  if (['closed', 'failed', 'unknown'].includes(status)) return { text: SORRY };
  try {
    await service.sessions(sid).participants.create({ identifier: form.From, proxyIdentifier: form.To });
  } catch (error) {
    return 500;
  }
  return { status: 201, text: 'Created' };
}

async function playStranger(customer, mask) {
  await text(STRANGER, mask, 'Is this on?');
  // The stranger is only added. Maskline does not relay this first text: the app has to do that itself.
  assert.deepEqual([await inbox(customer), await inbox(STRANGER)], [[], []]);
  await text(STRANGER, mask, 'Your parcel is here');
  assert.deepEqual(await inbox(customer), [[mask, 'Your parcel is here']]);
  await text(customer, mask, 'Thank you');
  assert.deepEqual(await inbox(STRANGER), [[mask, 'Thank you']]);
  await text(OTHER, mask, 'And mine?');
  assert.deepEqual(await inbox(customer), []);
  assert.equal((await inbox(OTHER))[0][0], mask);
}

async function playRefusals(off, unknown) {
  await service.sessions(sessions[off]).update({ status: 'closed' });
  for (const sender of [STRANGER, CUSTOMERS[1]]) {
    await text(sender, off, 'Hello?');
    assert.deepEqual(await inbox(sender), [[off, 'This relay number is off.']]);
  }
  delete sessions[unknown];
  await text(STRANGER, unknown, 'Hello?');
  const [[sender, said], ...more] = await inbox(STRANGER);
  assert.deepEqual([sender, Boolean(said), more], [unknown, true, []]);
  assert.deepEqual(await inbox(CUSTOMERS[2]), []);
}

run(async () => {
  const masks = [];
  for (const customer of CUSTOMERS) masks.push(await openOnUnused(customer));
  assert.equal(new Set(masks).size, 3);
  assert.deepEqual(await unused(), []);
  const app = await new App({ stranger }).start();
  await configure({ OutOfSessionCallbackUrl: app.url('/stranger') });
  const first = sessions[masks[0]];
  await playStranger(CUSTOMERS[0], masks[0]);
  await playRefusals(masks[1], masks[2]);
  assert.deepEqual(app.at('/stranger').slice(0, 2).map((form) => form.Body), ['Is this on?', 'And mine?']);
  assert.equal(await service.sessions(first).remove(), true);
  delete sessions[masks[0]];
  assert((await unused()).includes(masks[0]));
  app.stop();
});
