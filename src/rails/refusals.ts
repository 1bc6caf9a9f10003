/** Every refusal of the rails, with the next step for the client. */
export const railRefusals = {
  rail_not_found: 'There is no rail with this name. `GET /v1/rails` lists the configured ones.',
  callback_not_genuine:
    'A callback must be signed as in Standard Webhooks, with a secret from the configuration of the rail, and must arrive within five minutes of its timestamp. Nothing was done.',
} as const

export type RailRefusalCode = keyof typeof railRefusals
