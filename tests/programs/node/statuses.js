'use strict';
// Makes each API call once that this SDK supports: a call that works must look successful to the program.
const { account, assert, client, keyClient, refusal, run, service, serviceSid, text, twilio, url } = require('./kit');

const { READER_SECRET, READER_SID, SDK } = process.env;
const [ANN, BOB] = ['+14155559001', '+14155559002'];
const sids = (found) => found.map((one) => one.sid);

async function playService() {
  assert(sids(await client.proxy.v1.services.list()).includes(serviceSid));
  assert.equal((await service.fetch()).sid, serviceSid);
  assert.equal((await service.update()).sid, serviceSid);
  // 3.8.1 sends a FriendlyName instead of UniqueName, so it cannot create a Service.
  if (SDK === 'oldest') return;
  const made = await client.proxy.v1.services.create({ uniqueName: `of ${serviceSid}` });
  assert.equal(await client.proxy.v1.services(made.sid).remove(), true);
}

async function playNumbers() {
  const [owned] = await client.incomingPhoneNumbers.list({ phoneNumber: '+1415555', limit: 1 });
  const { sid } = await service.phoneNumbers.create({ sid: owned.sid });
  assert(sids(await service.phoneNumbers.list()).includes(sid));
  const number = service.phoneNumbers(sid);
  assert.equal((await number.fetch()).sid, sid);
  if (service.shortCodes) assert.deepEqual(await service.shortCodes.list(), []);
  if (number.update) assert.equal((await number.update({ isReserved: false })).sid, sid);
  assert.equal(await number.remove(), true);
  await service.phoneNumbers.create({ sid: owned.sid });
}

async function playInteractions(session) {
  const [found] = await session.interactions.list();
  const interaction = session.interactions(found.sid);
  assert.equal((await interaction.fetch()).sid, found.sid);
  if (interaction.remove) assert.equal(await interaction.remove(), true);
}

async function playSending(person) {
  const sent = await person.messageInteractions.create({ body: 'Your ride is here' });
  assert(sids(await person.messageInteractions.list()).includes(sent.sid));
  assert.equal((await person.messageInteractions(sent.sid).fetch()).sid, sent.sid);
}

async function playSession() {
  const made = await service.sessions.create({ uniqueName: 'all calls' });
  assert(sids(await service.sessions.list()).includes(made.sid));
  const session = service.sessions(made.sid);
  assert.deepEqual(sids([await session.fetch(), await session.update()]), [made.sid, made.sid]);
  const ann = await session.participants.create({ identifier: ANN });
  const bob = await session.participants.create({ identifier: BOB });
  await text(ANN, ann.proxyIdentifier, 'Hello');
  await playInteractions(session);
  assert.equal((await session.participants.list()).length, 2);
  const person = session.participants(bob.sid);
  assert.equal((await person.fetch()).sid, bob.sid);
  await playSending(person);
  // Twilio's specification has 200 since 2024; releases from 3.8 to 5.10 treat any other status than 204 as a failure.
  assert.equal(await person.remove(), true);
  assert.equal(await session.remove(), true);
}

/** The program gets the HTTP status and the error code of every refusal. */
async function playRefusals() {
  const missing = service.sessions(`KC${'0'.repeat(32)}`);
  const stranger = twilio(account, 'wrong');
  stranger.proxy.baseUrl = `${url}/proxy`;
  const reader = keyClient(READER_SID, READER_SECRET).proxy.v1.services(serviceSid);
  assert.deepEqual(await refusal(service.sessions.create({ uniqueName: 'all calls', ttl: -1 })), [400, 20001]);
  assert.deepEqual(await refusal(stranger.proxy.v1.services(serviceSid).fetch()), [401, 20003]);
  assert.deepEqual(await refusal(reader.sessions.create()), [403, 20403]);
  assert.deepEqual(await refusal(missing.fetch()), [404, 20404]);
  assert.deepEqual(await refusal(missing.remove()), [404, 20404]);
}

run(async () => {
  await playService();
  await playNumbers();
  await playSession();
  await playRefusals();
  assert.equal(await service.remove(), true);
});
