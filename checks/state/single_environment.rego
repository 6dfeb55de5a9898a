# METADATA
# title: A state holds one environment
# description: >-
#   One `terraform destroy` reaches everything in its state. A state that mixes environments lets work on one destroy
#   the other, as in March 2026. Its resources do not mix two known environments; resources of unknown environment beside
#   others leave it unknown.
# related_resources:
#   - https://developer.hashicorp.com/terraform/cloud-docs/recommended-practices/part1
# custom:
#   id: state-single-environment
#   layer: state
#   severity: critical
#   subject: state_object
#   needs: [s3.buckets, dynamodb.tables, state.lock_items, state.objects, state.content]
#   evidence: forall
#   facts: [environments, environment_examples, environment_unknown]
#   remediation:
#     note: Split the state; move the resources of one environment to a state of their own in the account of that environment.
#     terraform: |
#       moved/removed and import blocks: remove the instances from this state with `removed { lifecycle { destroy = false } }`
#       and import them in the other configuration.
#     cli: terraform state mv -state-out=other.tfstate ADDRESS ADDRESS
#   frameworks:
#     nist_800_53_r5: [CM-2, SC-2, SC-7]
#     nist_csf_2_0: [PR.IR-01]
#     iso_27001_2022: [A.8.31]
#     soc2_tsc_2017: [CC8.1]
#     pci_dss_4_0_1: ["6.5.3"]
package palisade.state.single_environment

known := object.keys(input.subject.environments)

total := sum([n | some n in input.subject.environments]) + input.subject.environment_unknown

verdict := {
	"status": "not_applicable",
	"message": sprintf("a copy (%s), not an owner", [input.subject.copy]),
} if {
	input.subject.copy != null
} else := {
	"status": "fail",
	"message": sprintf("one destroy reaches %d environments: %s", [count(known), concat("; ", examples)]),
} if {
	count(known) > 1
} else := {
	"status": "unknown",
	"message": "its content was not read",
} if {
	input.subject.content_read != true
} else := {
	"status": "not_applicable",
	"message": "it manages nothing that has an environment",
} if {
	total == 0
} else := {
	"status": "unknown",
	"message": sprintf("%d of its resources have no known environment; tag them, or name the environment in [environments]", [input.subject.environment_unknown]),
} if {
	input.subject.environment_unknown > 0
	total > 1
} else := {
	"status": "pass",
	"message": sprintf("all of its resources belong to %s", [concat(", ", known)]),
} if {
	count(known) == 1
} else := {
	"status": "pass",
	"message": "it manages one resource that has an environment",
} if {
	total == 1
}

examples := [sprintf("%s (%d, such as %s)", [environment, n, object.get(input.subject.environment_examples, environment, "?")]) |
	some environment, n in input.subject.environments
]
