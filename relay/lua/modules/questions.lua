-- A question to the customer's app: open under the inbound's key until settle. `questions` holds all that it takes to end
-- one without its webhook, which may never come again; `question_ends` has when a job does so.
local questions = {}
local keys = use('storage.keys')
local interaction = use('sessions.interaction')
local session = use('sessions.session')
local answers = use('relay.answers')
local GRACE_MS = 1000
-- The carrier tries a webhook for 15 s: until then it may still take the answer itself.
local COMES_AGAIN_MS = 20000

-- The answer to who asks, with what it takes to ask: more than is kept.
function questions.reply(tx, outcome, rules)
  outcome.service = rules
  outcome.document = outcome.interaction and interaction.read(tx, outcome.interaction)
  outcome.session = outcome.known and session.read(tx, outcome.known)
  return cjson.encode(outcome)
end

-- `question`: intercept | out-of-session; `about`: { interaction, session } as far as they are known.
function questions.open(tx, inbound, question, about, rules)
  local ends = tx.now + rules.intercept_timeout_ms + GRACE_MS
  local outcome = {
    outcome = 'deciding', question = question, owner = inbound.owner, interaction = about.interaction, known = about.session,
    ['until'] = ends,
  }
  answers.keep(tx, inbound.key, inbound.window_ms, outcome)
  local kept = { question = question, since = tx.now, ['until'] = ends, inbound = inbound }
  redis.call('HSET', keys.questions(tx), inbound.key, cjson.encode(kept))
  redis.call('ZADD', keys.question_ends(tx), inbound.late_at and ends or math.max(ends, tx.now + COMES_AGAIN_MS), inbound.key)
  return questions.reply(tx, outcome, rules)
end

-- What is kept of it, { question, since, until, inbound }, or nil if it has ended.
function questions.read(tx, key)
  local text = redis.call('HGET', keys.questions(tx), key)
  return text and cjson.decode(text) or nil
end

function questions.remove(tx, key)
  redis.call('HDEL', keys.questions(tx), key)
  redis.call('ZREM', keys.question_ends(tx), key)
end

return questions
