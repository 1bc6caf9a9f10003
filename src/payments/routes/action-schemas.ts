import { Type } from 'typebox'
import { digits, time } from '#platform/fields'
import { closedObject } from '#platform/http'

const expires_at = time('Until when the payer may act. A payment that comes later is refunded.')
const text = (description: string, { example }: { readonly example: string }) =>
  Type.String({ description, examples: [example] })
const type = (kind: string) =>
  Type.Unsafe<string>({ type: 'string', const: kind, description: 'What to do.', examples: [kind] })

const link = (kind: 'redirect' | 'deep_link', what: { title: string; description: string; example: string }) =>
  closedObject(
    { type: type(kind), url: text(what.description, what), expires_at },
    { title: what.title, description: what.description },
  )

const redirect = link('redirect', {
  title: 'RedirectAction',
  description: 'Send the payer to this page.',
  example: 'https://rail.example/pay/7',
})
const deepLink = link('deep_link', {
  title: 'DeepLinkAction',
  description: "Open this link on the payer's device.",
  example: 'upi://pay?pa=shop@upi&tr=7&am=25.00&cu=INR',
})
const qr = closedObject(
  {
    type: type('qr'),
    text: text('Show this text as a QR code.', { example: 'upi://pay?pa=shop@upi&tr=7' }),
    expires_at,
  },
  { title: 'QrAction', description: 'Show a QR code to the payer.' },
)
const formPost = closedObject(
  {
    type: type('form_post'),
    url: text('Where to.', { example: 'https://acs.example/challenge' }),
    fields: Type.Unsafe<Record<string, string>>({
      type: 'object',
      additionalProperties: { type: 'string' },
      description: 'The fields of the form.',
      examples: [{ creq: 'eyJ0…' }],
    }),
    expires_at,
  },
  { title: 'FormPostAction', description: "Post this form from the payer's browser." },
)
const payTo = closedObject(
  {
    type: type('pay_to'),
    address: text('Where to pay.', { example: '0x52908400098527886E0F7030069857D2E4169EE7' }),
    amount: digits('How much, in minor units.', { example: '12500' }),
    asset: text('The asset to pay in.', { example: 'USDC' }),
    memo: Type.Optional(text('Must come with the payment.', { example: 'order-7' })),
    expires_at,
  },
  { title: 'PayToAction', description: 'Ask the payer to pay to an address.' },
)

/** Shown while the rail waits for the payer. */
export const nextAction = Type.Union([redirect, deepLink, qr, formPost, payTo, Type.Null()], {
  description: 'What the payer has to do now; null when nothing. It may hold secrets: do not log it.',
  examples: [null],
})
