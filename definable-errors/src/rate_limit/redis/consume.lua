
-- Takes the cost from every quota or from none. Answers with the time, and for each quota what is
-- left, when all is there again, how long there is too little, and what giving back needs.
local quotas = read(5)
local is_admitted = true
for _, quota in ipairs(quotas) do
    quota.wait = quota.kind.lacks(quota)
    is_admitted = is_admitted and quota.wait == 0
end

local answer = { now }
for _, quota in ipairs(quotas) do
    if is_admitted and quota.cost > 0 then
        quota.kind.consume(quota)
        quota.kind.write(quota)
    elseif quota.is_ahead then
        -- Or it would lie ahead until the clock is there again, and count as new all the time.
        quota.kind.write(quota)
    end
    local left, full, mark = quota.kind.stand(quota)
    answer[#answer + 1] = left
    answer[#answer + 1] = full
    answer[#answer + 1] = quota.wait
    answer[#answer + 1] = mark
end
return answer
