-- An app that was asked and gave no answer, or none that could be used: the Service says what becomes of the inbound then.
local unanswered = {}
local events = use('storage.events')

-- It is an event and a mark on the Interaction `i`, or on the inbound if there is none; saved by the caller.
local function note(tx, asked, given, why, i, policy)
  local marked = i and i.unchecked or asked.inbound.unchecked or {}
  marked[#marked + 1] = asked.question
  asked.inbound.unchecked = marked
  if i then i.unchecked = marked end
  events.emit(tx, asked.question .. '.failed', i and i.session or '', {
    interaction = i and i.sid, sid = asked.inbound.key, reason = why, status = given.status, ms = tx.now - asked.since,
    policy = policy,
  })
end

-- Notes it, and puts the Service's own verdict into `given`. Does nothing if the app has answered.
function unanswered.apply(tx, asked, given, i, rules)
  local is_intercept, failed = asked.question == 'intercept', given.verdict == 'failed'
  local why = given.why or failed and 'abandoned'
  if why then note(tx, asked, given, why, i, is_intercept and rules.on_intercept_failure or 'refuse') end
  if failed and not is_intercept then
    given.reason, given.code = 'out-of-session', 80913
  elseif failed and rules.on_intercept_failure == 'block' then
    given.verdict, given.reason, given.code, given.say = 'blocked', 'intercept-failed', 11200, 'blocked'
  end
end

return unanswered
