-- A question to the customer's app. It is stored under the inbound's key until settle removes it. `questions` holds all
-- that is needed to settle one without its webhook, which the carrier may never repeat; `question_ends` holds the
-- moment at which a job does so.
local questions = {}
local keys = use('storage.keys')
local interaction = use('sessions.interaction')
local former = use('sessions.former')
local people = use('sessions.people')
local session = use('sessions.session')
local answers = use('relay.answers')
local GRACE_MS = 1000
-- The carrier repeats a webhook for 15 s. Until then it may still fetch the answer itself.
local WEBHOOK_REPEATS_MS = 20000

-- Returns the Session of which the app is told. Its people are the sender and the two who joined last: one of them is
-- the sender's partner, even if both have left.
local function known_session(tx, sid, person)
  local s = session.read(tx, sid)
  if not s then return nil end
  local sender = people.by_index(s, person) or former.find(tx, s, person)
  s.people = former.range(tx, s, s.joined - 1, s.joined)
  if sender and sender.place < s.joined - 1 then table.insert(s.people, 1, sender) end
  return s
end

-- Returns the answer for the process that asks the app: the stored outcome, and the documents that it needs to ask.
function questions.reply(tx, outcome, person, rules)
  outcome.service = rules
  outcome.document = outcome.interaction and interaction.read(tx, outcome.interaction)
  outcome.session = outcome.known and known_session(tx, outcome.known, person)
  return cjson.encode(outcome)
end

-- Opens a question. `question`: intercept | out-of-session; `about`: { interaction, session }, those that are known.
function questions.open(tx, inbound, question, about, rules)
  local ends = tx.now + rules.intercept_timeout_ms + GRACE_MS
  local outcome = {
    outcome = 'deciding', question = question, owner = inbound.owner, interaction = about.interaction,
    known = about.session, ['until'] = ends,
  }
  answers.keep(tx, inbound.key, inbound.window_ms, outcome)
  local asked = { question = question, since = tx.now, ['until'] = ends, inbound = inbound }
  redis.call('HSET', keys.questions(tx), inbound.key, cjson.encode(asked))
  local job_at = inbound.late_at and ends or math.max(ends, tx.now + WEBHOOK_REPEATS_MS)
  redis.call('ZADD', keys.question_ends(tx), job_at, inbound.key)
  return questions.reply(tx, outcome, inbound.person, rules)
end

-- Returns the stored question, { question, since, until, inbound }, or nil if it was settled.
function questions.read(tx, key)
  local text = redis.call('HGET', keys.questions(tx), key)
  return text and cjson.decode(text) or nil
end

function questions.remove(tx, key)
  redis.call('HDEL', keys.questions(tx), key)
  redis.call('ZREM', keys.question_ends(tx), key)
end

return questions
