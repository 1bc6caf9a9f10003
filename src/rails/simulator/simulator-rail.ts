import type { Tls } from '#platform/tls'
import { webhookSecret } from '#platform/webhooks'
import type { RailCall, RailCapabilities, RailOutcome } from '../rail.ts'
import type { RailAdapter } from '../rail-adapter.ts'
import type { RailParty } from '../rail-instrument.ts'
import { type UnknownRule, unknownRules } from '../rail-reversals.ts'
import { type AdapterKind, adapterKind } from '../settings/adapter-kind.ts'
import { duration, oneOf, optionalBook, optionalCount, secrets, webUrl } from '../settings/setting.ts'
import { createSimulatorClient, type SimulatorClientOptions, type SimulatorRequest } from './simulator-client.ts'

export type SimulatorRailOptions = {
  readonly name: string
  readonly url: string
  /** Without a secret, no callback is genuine. */
  readonly callbackSecrets: () => readonly Buffer[]
  readonly timeoutMs: number
  readonly inquireAfterMs?: number
  readonly callsMax?: number
  readonly creditsBook?: string
  /** Only the card rail takes reversals. */
  readonly onUnknown?: UnknownRule
  readonly tls?: Tls | undefined
}

const callTimeoutMs = 10_000

const settings = {
  url: webUrl,
  callback_secrets: secrets(webhookSecret, 'whsec_ and the base64 of 16 to 64 bytes'),
  timeout_ms: duration(callTimeoutMs),
  inquire_after_ms: duration(undefined),
  calls_max: optionalCount,
  credits_book: optionalBook,
  on_unknown: oneOf(unknownRules),
}

export function simulatorKind(create: (options: SimulatorRailOptions) => RailAdapter): AdapterKind {
  return adapterKind(
    settings,
    ({ name, url, tls, callback_secrets: callbackSecrets, timeout_ms: timeoutMs, ...rest }) =>
      create({
        ...{ name, url, tls, callbackSecrets, timeoutMs },
        ...(rest.inquire_after_ms !== undefined && { inquireAfterMs: rest.inquire_after_ms }),
        ...(rest.calls_max !== undefined && { callsMax: rest.calls_max }),
        ...(rest.credits_book !== undefined && { creditsBook: rest.credits_book }),
        ...(rest.on_unknown !== undefined && { onUnknown: rest.on_unknown }),
      }),
  )
}

/** The capabilities that an operator sets. */
export function configuredOf({
  callsMax,
  creditsBook,
  onUnknown,
}: SimulatorRailOptions): Pick<RailCapabilities, 'callsMax' | 'creditsBook' | 'onUnknown'> {
  return {
    ...(callsMax !== undefined && { callsMax }),
    ...(creditsBook !== undefined && { creditsBook }),
    ...(onUnknown !== undefined && { onUnknown }),
  }
}

/** Undefined: the rail does not support the operation. `no_reference`: the call names no original of the rail. */
export type RequestOf = (call: RailCall) => SimulatorRequest | 'no_reference' | undefined

export function createSimulatorRail(options: {
  readonly name: string
  readonly capabilities: RailCapabilities
  readonly client: SimulatorClientOptions
  readonly requestOf: RequestOf
}): Pick<RailAdapter, 'name' | 'capabilities' | 'submit' | 'inquire' | 'probe' | 'close'> & {
  readonly http: ReturnType<typeof createSimulatorClient>['http']
} {
  const client = createSimulatorClient(options.client)
  return {
    name: options.name,
    capabilities: { answersWithinMs: options.client.timeoutMs, ...options.capabilities },
    submit: async (call) => {
      const request = options.requestOf(call)
      if (request === undefined) return unsupported(call)
      if (request === 'no_reference') return noReference
      return client.submit(call, request)
    },
    inquire: client.inquire,
    probe: client.probe,
    close: client.http.close,
    http: client.http,
  }
}

export function opening(path: string, call: RailCall): SimulatorRequest {
  const { amount, asset, instrument, descriptor, purpose, party, mandate, allowsPartial: allow_partial } = call
  const debit = mandate && {
    ...{ mandate: mandate.reference, sequence: mandate.sequence, notice: mandate.notice?.reference },
  }
  const terms = { descriptor, purpose, party: party && partyJson(party), allow_partial, ...debit }
  return { path, body: JSON.stringify({ amount: amount.toString(), asset, instrument, ...terms }) }
}

function partyJson({ postalCode: postal_code, ...party }: RailParty): object {
  return { ...party, postal_code }
}

export function following(
  call: RailCall,
  pathOf: (reference: string) => string | undefined,
  body: object,
): SimulatorRequest | 'no_reference' {
  const reference = call.originalReference
  if (reference === undefined || !/^[a-z]{2,10}_[A-Za-z0-9]{1,80}$/.test(reference)) return 'no_reference'
  const path = pathOf(reference)
  return path === undefined ? 'no_reference' : { path, body: JSON.stringify(body) }
}

function unsupported(call: RailCall): RailOutcome {
  const message = `This rail does not do ${call.operation}.`
  return { kind: 'failed', decline: { code: 'operation_not_supported', remedy: 'rail', message } }
}

const noReference: RailOutcome = {
  kind: 'failed',
  decline: { code: 'declined', remedy: 'never', message: 'It is about nothing that this rail has made.' },
}
