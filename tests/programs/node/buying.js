'use strict';
// Rides with a rider and a driver: when every proxy number is in use for the rider, the app buys one more, once.
const { assert, client, inbox, newest, refusal, run, service, text } = require('./kit');

const RIDER = '+14155559001';
const DRIVERS = ['+14155559011', '+14155559012'];

const bought = [];

async function buy() {
  const [offer] = await client.availablePhoneNumbers('US').local.list({ limit: 1 });
  const number = await client.incomingPhoneNumbers.create({ phoneNumber: offer.phoneNumber });
  // The oldest SDK adds a number only by its SID.
  const { sid, phoneNumber } = number;
  const added = await service.phoneNumbers.create(newest ? { phoneNumber } : { sid });
  assert.deepEqual([added.sid, added.phoneNumber], [number.sid, offer.phoneNumber]);
  bought.push(offer.phoneNumber);
}

async function ride(phones, retry = true) {
  const { sid } = await service.sessions.create({ dateExpiry: new Date('2099-12-31T23:59:59Z') });
  try {
    for (const identifier of phones) await service.sessions(sid).participants.create({ identifier });
    return sid;
  } catch (error) {
    assert.equal(await service.sessions(sid).remove(), true);
    if (!retry || error.code !== 80206) throw error;
    await buy();
    return ride(phones, false);
  }
}

/** The phone's proxy number in an existing ride, which must not be closed. */
async function maskOf(sid, phone) {
  assert.notEqual((await service.sessions(sid).fetch()).status, 'closed');
  const people = await service.sessions(sid).participants.list();
  return people.find((person) => person.identifier === phone).proxyIdentifier;
}

run(async () => {
  const rides = [];
  for (const driver of DRIVERS) rides.push(await ride([RIDER, driver]));
  assert.equal(bought.length, 1);
  const masks = [await maskOf(rides[0], RIDER), await maskOf(rides[1], RIDER)];
  assert.equal(masks[1], bought[0]);
  assert.notEqual(masks[0], masks[1]);
  for (const [place, mask] of masks.entries()) {
    await text(RIDER, mask, `to ${place}`);
    assert.deepEqual((await inbox(DRIVERS[place])).map(([, body]) => body), [`to ${place}`]);
  }
  // Without a retry left, or after any other failure, the app itself must show the error.
  assert.deepEqual(await refusal(ride([RIDER, '+14155559013'], false)), [400, 80206]);
  assert.deepEqual(await refusal(ride(['nobody', DRIVERS[0]])), [400, 80404]);
  assert.equal(bought.length, 1);
  assert.equal((await service.sessions.list()).length, 2);
});
