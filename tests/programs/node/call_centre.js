'use strict';
// A call centre: two people join one after the other, contacts move the Session's end, then the app closes it.
const { assert, inbox, refusal, run, service, text } = require('./kit');

const OPERATOR = '+14155559001';
const CUSTOMER = '+1 (415) 555-9002';

const soon = (seconds) => new Date(Math.floor(Date.now() / 1000 + seconds) * 1000);

async function moveEnd(sid, to) {
  const moved = await service.sessions(sid).update({ dateExpiry: to });
  const found = await service.sessions(sid).fetch();
  assert.equal(moved.dateExpiry.getTime(), to.getTime());
  assert.equal(found.dateExpiry.getTime(), to.getTime());
}

async function endSession(sid) {
  await service.sessions(sid).update({ status: 'closed' });
  const history = (await service.sessions(sid).interactions.list({ limit: 99999999 })).reverse();
  return { history, latest: history.find((one) => one.inboundResourceType === 'message') };
}

async function calls() {
  const session = await service.sessions.create({ mode: 'voice-only' });
  await service.sessions(session.sid).participants.create({ identifier: OPERATOR });
  await service.sessions(session.sid).participants.create({ identifier: CUSTOMER });
  const { history, latest } = await endSession(session.sid);
  assert.deepEqual(history, []);
  assert.equal(latest, undefined);
}

async function texts() {
  const session = await service.sessions.create();
  const operator = await service.sessions(session.sid).participants.create({ identifier: OPERATOR });
  const customer = await service.sessions(session.sid).participants.create({ identifier: CUSTOMER });
  const inbound = await service.sessions(session.sid).participants(customer.sid).fetch();
  assert.equal(inbound.identifier, CUSTOMER);
  let number = 0;
  for (const end of [86400, 60, 7200]) {
    await text(OPERATOR, operator.proxyIdentifier, `text ${number++}`);
    await moveEnd(session.sid, soon(end));
  }
  assert.equal((await inbox('+14155559002')).length, 3);
  const { history, latest } = await endSession(session.sid);
  assert.deepEqual(history.map((one) => JSON.parse(one.data).body), ['text 2', 'text 1', 'text 0']);
  assert.equal(latest.inboundParticipantSid, operator.sid);
  assert.equal(latest.outboundParticipantSid, customer.sid);
  assert.deepEqual(await refusal(endSession(session.sid)), [400, 80607]);
}

run(async () => {
  await calls();
  await texts();
});
