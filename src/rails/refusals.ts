/** Every refusal of the rails, with the next step for the client. */
export const railRefusals = {
  rail_not_found: 'There is no rail of that name. `GET /v1/rails` lists those that are configured.',
  callback_not_genuine:
    'Callbacks are signed as Standard Webhooks has it, with a secret that the configuration of the rail holds, and accepted within five minutes of their time. Nothing was done.',
} as const

export type RailRefusalCode = keyof typeof railRefusals
