'use strict';
// An agency of sitters: a sitter changes phones during a Session and must keep the same proxy number.
// The agency checks each text before it is relayed, and updates the Participants whose phone has changed.
const { assert, configure, inbox, run, service, text } = require('./kit');
const { App } = require('./app');

const PARENT = '+14155559001';
const PHONES = ['+14155559002', '+14155559003', '+14155559004'];

// The agency's own list of current phones, and the texts that it stops, to pass them on in its own words.
const book = { parent: PARENT, sitter: PHONES[0] };
const retold = ['Pay me in cash'];

async function intercept({ form }) {
  const people = service.sessions(form.interactionSessionSid).participants;
  const sender = await people(form.inboundParticipantSid).fetch();
  assert.equal(sender.identifier, book[sender.friendlyName]);
  for (const { sid, identifier, friendlyName, proxyIdentifier, dateDeleted } of await people.list()) {
    if (dateDeleted || identifier === book[friendlyName]) continue;
    await people(sid).remove();
    const added = await people.create({ identifier: book[friendlyName], proxyIdentifier, friendlyName });
    assert.equal(added.proxyIdentifier, proxyIdentifier);
  }
  return retold.includes(JSON.parse(form.interactionData).body) ? 403 : 200;
}

run(async () => {
  const { sid } = await service.sessions.create({ uniqueName: 'booking-7', ttl: 86400 });
  const people = service.sessions(sid).participants;
  const parent = await people.create({ identifier: PARENT, friendlyName: 'parent' });
  const sitter = await people.create({ identifier: PHONES[0], friendlyName: 'sitter' });
  const app = await new App({ intercept }).start();
  await configure({ InterceptCallbackUrl: app.url('/intercept') });
  await text(PARENT, parent.proxyIdentifier, 'At seven?');
  assert.deepEqual(await inbox(PHONES[0]), [[sitter.proxyIdentifier, 'At seven?']]);

  // The phone changes while the text is being relayed; the text goes to the new phone.
  [, book.sitter] = PHONES;
  await text(PARENT, parent.proxyIdentifier, 'At eight, then');
  assert.deepEqual(await inbox(PHONES[1]), [[sitter.proxyIdentifier, 'At eight, then']]);
  assert.deepEqual(await inbox(PHONES[0]), []);
  await text(PHONES[0], sitter.proxyIdentifier, 'Still me');
  assert.deepEqual(await inbox(PARENT), []);
  await inbox(PHONES[0]);

  [, , book.sitter] = PHONES;
  await text(PARENT, parent.proxyIdentifier, 'Pay me in cash');
  for (const phone of [PARENT, ...PHONES]) assert.deepEqual(await inbox(phone), []);
  await text(PHONES[2], sitter.proxyIdentifier, 'Fine');
  assert.deepEqual(await inbox(PARENT), [[parent.proxyIdentifier, 'Fine']]);
  const told = app.at('/intercept').map((form) => JSON.parse(form.interactionData).body);
  assert.deepEqual(told, ['At seven?', 'At eight, then', 'Pay me in cash', 'Fine']);
  const there = (await people.list()).filter((person) => !person.dateDeleted).map((person) => person.identifier);
  assert.deepEqual(there, [PARENT, PHONES[2]]);
  app.stop();
});
