# METADATA
# title: A state holds the resources of one environment
# description: >-
#   One `terraform destroy` reaches everything in its state. A state that mixes environments lets work on one destroy
#   the other. Two known environments clash; known beside unknown, and several unknown, are unknown.
# related_resources:
#   - ref: https://developer.hashicorp.com/terraform/language/style
# custom:
#   id: state-single-environment
#   layer: state
#   severity: critical
#   severity_outside_production: medium
#   subject: state_object
#   needs: [s3.buckets, dynamodb.tables, state.lock_items, state.objects, state.content]
#   evidence: forall
#   facts: [key_environment, environments, environment_examples, environment_unknown, copy]
#   remediation:
#     terraform: |
#       # in this configuration:
#       removed {
#         from = aws_db_instance.staging
#         lifecycle {
#           destroy = false
#         }
#       }
#       # in the configuration of the other environment, in its own account and state:
#       import {
#         to = aws_db_instance.main
#         id = "DB_IDENTIFIER"
#       }
#     cli: |
#       terraform state mv -state-out=staging.tfstate ADDRESS ADDRESS
#   frameworks:
#     nist_800_53_r5: [CM-4(1), SC-7(21)]
#     nist_csf_2_0: [PR.IR-01, PR.PS-01]
#     cis_controls_8_1: ["16.8"]
#     iso_27001_2022: [A.8.31]
#     soc2_tsc_2017: [CC8.1]
#     pci_dss_4_0_1: ["6.5.3"]
#     dora: [Art. 9(4)]
#     nis2: [Art. 21(2)(e)]
package palisade.state.single_environment

import data.palisade.lib.words

verdict := {
	"status": "not_applicable",
	"message": sprintf("This object is a copy of a state (%s), no owner.", [replace(input.subject.copy, "_", " ")]),
} if {
	is_string(input.subject.copy)
} else := {
	"status": "fail",
	"message": sprintf("One destroy reaches %d environments: %s.", [count(known), concat("; ", examples)]),
} if {
	count(known) > 1
} else := {
	"status": "fail",
	"message": sprintf("Its key names %s, and it manages what belongs to %s: whoever destroys the one destroys the other. %s.", [
		input.subject.key_environment,
		known[0],
		concat("; ", examples),
	]),
} if {
	count(known) == 1
	is_string(input.subject.key_environment)
	input.subject.key_environment != known[0]
} else := {
	"status": "unknown",
	"message": "What the state holds was not read, so that nobody can say whose it is.",
} if {
	not input.subject.content_read == true
} else := {
	"status": "not_applicable",
	"message": "The state manages nothing that has an environment.",
} if {
	total == 0
} else := {
	"status": "unknown",
	"message": sprintf("The environment of %s in it is not known: tag them, or name it in [environments].", [
		words.counted(input.subject.environment_unknown, "resource"),
	]),
} if {
	input.subject.environment_unknown > 0
	total > 1
} else := {
	"status": "pass",
	"message": sprintf("Everything in it that has an environment (%s) belongs to %s.", [words.counted(total, "resource"), known[0]]),
} if {
	count(known) == 1
	input.subject.environment_unknown == 0
} else := {
	"status": "pass",
	"message": "The state manages a single resource that has an environment, which cannot be mixed with others.",
} if {
	total == 1
}

known := sort([environment | some environment, n in input.subject.environments; n > 0])

total := sum([n | some n in input.subject.environments]) + input.subject.environment_unknown if {
	is_number(input.subject.environment_unknown)
}

examples := [sprintf("%s (%d, such as %s)", [environment, input.subject.environments[environment], example]) |
	some environment in known
	example := object.get(input.subject.environment_examples, environment, "one not named")
]
