'use strict';
// Two people text each other, and the app reads the Interactions; every URL in the answers works.
const { assert, inbox, request, run, service, text, url: base } = require('./kit');

const [ANN, BOB] = ['+14155559001', '+14155559002'];
const TEXTS = [[ANN, "Hi, it's Ann"], [BOB, 'سلام 👋 <&>'], [ANN, 'one + one = 100 %\nand a line']];

async function open() {
  const participants = [ANN, BOB].map((phone) => JSON.stringify({ Identifier: phone, FriendlyName: 'of two' }));
  const session = await service.sessions.create({ uniqueName: 'a talk', participants });
  const people = await service.sessions(session.sid).participants.list();
  return { session, people, masks: Object.fromEntries(people.map((p) => [p.identifier, p.proxyIdentifier])) };
}

run(async () => {
  const { session, people, masks } = await open();
  for (const [sender, body] of TEXTS) {
    const other = sender === ANN ? BOB : ANN;
    await text(sender, masks[sender], body);
    assert.deepEqual(await inbox(other), [[masks[other], body]]);
  }
  const found = await service.sessions(session.sid).interactions.list();
  assert.deepEqual(found.map((one) => JSON.parse(one.data).body), TEXTS.map(([, body]) => body));
  assert(found.every((one) => one.outboundResourceStatus === 'delivered'));
  const urls = [session, ...people, ...found].map((one) => one.url);
  for (const url of [...urls, ...Object.values(session.links)]) {
    assert(url.startsWith(`${base}/proxy/v1/`), url);
    const answer = await request('GET', url);
    if (answer.url) assert.equal(answer.url, url);
  }
});
