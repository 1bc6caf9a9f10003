import { Type } from 'typebox'
import { answer, closedObject, type Route, route } from '#platform/http'
import type { Database } from '#platform/postgres'
import { type NameMatch, nameMatches } from '#rails'
import type { Payments } from '../payments.ts'
import type { PaymentRefusalCode } from '../refusals.ts'
import { instrumentInput, railName, termsInput } from './field-schemas.ts'
import { readParty, readTyped } from './payment-from-json.ts'

const nullable = (type: 'boolean' | 'string', about: { readonly description: string; readonly example: unknown }) => ({
  ...{ type: [type, 'null'], description: about.description, examples: [about.example] },
})

const verifyInstrument = closedObject(
  { instrument: instrumentInput('The instrument of a payer or payee.'), party: termsInput.party },
  { title: 'VerifyInstrument', description: '`party.name` is compared with the name that the rail knows.' },
)

const verification = closedObject(
  {
    rail: railName('The rail that was asked.'),
    eligible: Type.Unsafe<boolean | null>(
      nullable('boolean', {
        description: 'Whether it exists and the rail can pay it or charge it; null when that is not known.',
        example: true,
      }),
    ),
    name_match: Type.Unsafe<NameMatch>({
      type: 'string',
      enum: [...nameMatches],
      description: 'How the name of the party compares with the name of the holder.',
      examples: ['match'],
    }),
    name: Type.Unsafe<string | null>(
      nullable('string', { description: 'The name of the holder, when the rail says it.', example: 'Asha Rao' }),
    ),
    reason: Type.Unsafe<string | null>(
      nullable('string', {
        description: 'Why nothing is known, when the rail gave no answer.',
        example: 'The rail did not answer in time',
      }),
    ),
  },
  { title: 'Verification', description: 'What a rail says of an instrument. It is not stored.' },
)

type Deps = { readonly payments: Pick<Payments, 'verifyInstrument'>; readonly database: Database }

export function verificationRoutes({ payments, database }: Deps): Route[] {
  return [
    route({
      method: 'POST',
      path: '/v1/rails/:rail/verifications',
      operation: 'verify_instrument',
      summary: 'Ask a rail about an instrument',
      description:
        'Whether the instrument exists and can be used, and whether it is of the party. No money moves and nothing is ' +
        'stored. The answer comes within 10 s; without one from the rail, nothing is known.',
      tag: 'Rails',
      permission: 'instruments:verify',
      params: closedObject({ rail: railName('The rail to ask.') }),
      body: verifyInstrument,
      answers: { 200: verification },
      problems: ['rail_not_found', 'operation_not_supported_by_rail'] satisfies PaymentRefusalCode[],
      acts: ['instrument.verified'],
      writesBesides: () => true,
      handle: async ({ params: { rail }, body, caller, refuse, record, rest, nextTurn }) => {
        const { party } = body
        const { instrument, typed } = readTyped(body.instrument, 'instrument')
        const about = { instrument, ...(typed && { typed }), ...(party && { party: readParty(party) }) }
        const by = { group: caller.book.number, sender: caller.principal.id }
        rest()
        const result = await payments.verifyInstrument({ rail, by, ...about })
        if (!result.ok) return refuse(result.refusal)
        await nextTurn()
        await database.unit((tx) => record(tx, { subject: `rail ${rail}`, details: { answer: result.value.kind } }))
        const { value } = result
        const unknown = { eligible: null, name_match: 'not_possible', name: null } as const
        if (value.kind !== 'answered') return answer(200, { rail, ...unknown, reason: value.why })
        const { isEligible: eligible = null, nameMatch: name_match, name = null } = value
        return answer(200, { rail, eligible, name_match, name, reason: null })
      },
    }),
  ]
}
