/** The commands, by what they do. */
export const COMMANDS = {
  create: 'nbpeer:create-analysis',
  run: 'nbpeer:run-analysis',
  cancel: 'nbpeer:cancel-run',
  check: 'nbpeer:check-notebook',
  changes: 'nbpeer:show-changes',
  results: 'nbpeer:show-results',
  compare: 'nbpeer:compare-versions',
  packet: 'nbpeer:open-packet',
  review: 'nbpeer:open-review',
  sign: 'nbpeer:sign-analysis',
  strip: 'nbpeer:strip-notebook',
  parameters: 'nbpeer:edit-parameters',
  catalogue: 'nbpeer:open-catalogue-entry'
} as const;
