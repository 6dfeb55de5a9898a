// Asks @cloud-copilot/iam-simulate, used as a black box, about requests given as JSON lines on stdin; answers one word a line.
// Usage: node oracle.mjs DIRECTORY-WITH-NODE_MODULES
import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import { createInterface } from 'node:readline'

const simulator = createRequire(resolve(process.argv[2]) + '/')('@cloud-copilot/iam-simulate')
const words = { Allowed: 'allowed', ExplicitlyDenied: 'explicit_deny', ImplicitlyDenied: 'implicit_deny' }

async function ask(line) {
  const request = JSON.parse(line)
  const levels = list => list.map(level => ({
    orgIdentifier: level.level,
    policies: level.policies.map(({ name, document }) => ({ name, policy: document })),
  }))
  const result = await simulator.runSimulation({
    request: {
      principal: request.principal_arn,
      action: request.action,
      resource: { resource: request.resource_arn, accountId: request.resource_account },
      contextVariables: request.context,
    },
    identityPolicies: request.identity_policies.map(({ name, document }) => ({ name, policy: document })),
    serviceControlPolicies: levels(request.scps),
    resourceControlPolicies: levels(request.rcps),
    resourcePolicy: request.resource_policy ?? undefined,
    permissionBoundaryPolicies: request.permission_boundary
      ? [{ name: 'boundary', policy: request.permission_boundary }]
      : undefined,
    sessionPolicy: request.session_policies?.[0],
  }, { simulationMode: 'Strict' })
  return words[result.overallResult] ?? `unexpected ${JSON.stringify(result)}`
}

for await (const line of createInterface({ input: process.stdin })) {
  let answer
  try {
    answer = await ask(line)
  } catch (error) {
    answer = `error ${String(error).split('\n')[0]}`
  }
  console.log(answer)
}
