'use strict';
// Stickers on things that get lost: a finder texts the number on the sticker and talks with the owner, both masked.
// The app parses every field strictly, as a typed language does: an invalid date is an error.
const { assert, configure, inbox, newest, run, service, text } = require('./kit');
const phones = require('./phones');
const { App, XML } = require('./app');

const [OWNER, FINDER, OTHER] = ['+14155559001', '+14155559101', '+14155559102'];
const DATE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

// The app's current answer to out-of-session requests.
let now = 200;
const isOurs = (name) => /^(session|inbound|outbound)/.test(name);
const known = (form) => Object.keys(form).filter(isOurs);

function stranger({ form }) {
  assert(form.To);
  for (const [name, value] of Object.entries(form)) {
    if (name.includes('Date')) assert(DATE.test(value) && !Number.isNaN(Date.parse(value)), name);
    // A field without a value is not sent at all, not even as an empty string.
    if (isOurs(name)) assert.notEqual(value, '', name);
  }
  return now;
}

/** The app names the owner; Maskline creates the Session and relays the text as if the Session had existed. */
async function playFound(sticker) {
  const order = { participantIdentifier: OWNER, uniqueName: 'umbrella' };
  now = { text: JSON.stringify(order), kind: 'application/json; charset=utf-8' };
  await text(FINDER, sticker, 'I have your umbrella');
  const [session] = await service.sessions.list();
  assert.deepEqual([session.uniqueName, session.ttl], ['umbrella', 0]);
  const people = await service.sessions(session.sid).participants.list();
  const masks = Object.fromEntries(people.map((person) => [person.identifier, person.proxyIdentifier]));
  assert.equal(masks[FINDER], sticker);
  assert.deepEqual(await inbox(OWNER), [[masks[OWNER], 'I have your umbrella']]);
  await text(OWNER, masks[OWNER], 'Oh, thank you');
  assert.deepEqual(await inbox(FINDER), [[sticker, 'Oh, thank you']]);
  return session.sid;
}

async function playOver(app, sticker, sid) {
  await service.sessions(sid).update({ status: 'closed' });
  now = 200;
  await text(FINDER, sticker, 'Are you there?');
  assert.deepEqual([await inbox(OWNER), await inbox(FINDER)], [[], []]);
  const form = app.at('/stranger').pop();
  assert.deepEqual([form.sessionSid, form.sessionStatus, form.sessionClosedReason], [sid, 'closed', 'api']);
  assert(form.sessionDateStarted && form.sessionDateEnded && form.sessionDateLastInteraction);
  assert.deepEqual([form.inboundParticipantIdentifier, form.outboundParticipantIdentifier], [FINDER, OWNER]);
}

async function playCall(sticker) {
  now = { text: '<Response><Say>Please text</Say></Response>', kind: XML };
  for (const caller of [FINDER, OTHER]) {
    await phones.call(caller, sticker);
    assert.deepEqual(await phones.heard(caller, 'say'), ['Please text']);
  }
}

/** A Session without Interactions, so most of its dates are missing; one Participant leaves before it is closed. */
async function playNeverUsed(app, sticker) {
  const { sid } = await service.sessions.create();
  const people = service.sessions(sid).participants;
  const other = await people.create({ identifier: OTHER, proxyIdentifier: sticker });
  await people.create({ identifier: OWNER });
  now = 200;
  await people(other.sid).remove();
  await text(OTHER, sticker, 'Hello?');
  await service.sessions(sid).update({ status: 'closed' });
  await text(OTHER, sticker, 'Nobody?');
  assert.deepEqual(await inbox(OWNER), []);
  const forms = app.at('/stranger').slice(-2);
  assert.deepEqual(forms.map((form) => form.Body), ['Hello?', 'Nobody?']);
  for (const form of forms) assert(!('sessionDateStarted' in form) && !('sessionDateLastInteraction' in form));
}

run(async () => {
  const [{ sid, phoneNumber: sticker }] = await service.phoneNumbers.list();
  // The oldest SDK cannot reserve a number.
  if (newest) await service.phoneNumbers(sid).update({ isReserved: true });
  const app = await new App({ stranger }).start();
  await configure({ OutOfSessionCallbackUrl: app.url('/stranger') });
  const session = await playFound(sticker);
  assert.deepEqual(known(app.at('/stranger')[0]), []);
  await playOver(app, sticker, session);
  await playCall(sticker);
  assert.deepEqual(app.at('/stranger').slice(-2).map((form) => known(form).length > 0), [true, false]);
  await playNeverUsed(app, sticker);
  app.stop();
});
