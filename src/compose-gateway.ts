import { createGateway, type Gateway } from '#gateway'
import type { Configuration, GatewaySettings } from '#platform/config'
import { createFaultLog, createMetricsRegistry, type Logger, registerMetrics } from '#platform/telemetry'
import { createRefusalLog, openTls, type Tls, type TlsPort } from '#platform/tls'
import { tlsMetrics } from './process-tls.ts'

export type ComposedGateway =
  | { readonly ok: true; readonly gateway: Gateway }
  | { readonly ok: false; readonly why: string }

type GatewayContext = {
  readonly logger: Logger
  readonly configuration: Pick<Configuration, 'docsUrl'> & {
    readonly gateway: GatewaySettings
    readonly tls: Tls | undefined
  }
}

/** A process with the role `gateway`. It has no database, and no other part of the program. */
export function composeGateway({ logger, configuration }: GatewayContext): ComposedGateway {
  const { gateway: settings, tls, docsUrl } = configuration
  const onFault = createFaultLog(logger, () => false)
  const shown = withShownCertificate(tls, settings, onFault)
  if (!shown.ok) return { ok: false, why: `The files of --gateway-cert cannot be used: ${shown.why}.` }
  const registry = createMetricsRegistry()
  registerMetrics(registry, tlsMetrics(tls))
  const onRefused = createRefusalLog(logger)
  const listener = (own: Tls | undefined, port: TlsPort, isOptional: boolean) =>
    own && { tls: own, port, onRefused, isOptional }
  const gateway = createGateway({
    ...{ registry, tls, docsUrl, onFault },
    upstreams: settings.upstreams,
    clients: listener(shown.tls, 'gateway', settings.admitsAnyone),
    operators: listener(tls, 'service', false),
    servicePort: settings.servicePort,
    allow: settings.allow,
    proxies: settings.proxies,
    timeoutMs: settings.timeoutMs,
    requestsMax: settings.requestsMax,
    onAnswered: logger.isLevelEnabled('info') ? (answered) => logger.info(answered, 'request') : undefined,
    onState: ({ name, state }, why) => {
      if (state === 'up') logger.info({ upstream: name }, 'an upstream is up')
      else logger.warn({ upstream: name, why }, 'an upstream is down')
    },
  })
  return { ok: true, gateway }
}

type Shown = { readonly ok: true; readonly tls: Tls | undefined } | { readonly ok: false; readonly why: string }

/** Clients see the certificate of `--gateway-cert`, if there is one. Theirs are of the process's authority in any case. */
function withShownCertificate(
  tls: Tls | undefined,
  settings: GatewaySettings,
  onFault: (error: unknown) => void,
): Shown {
  const { certificate } = settings
  if (tls === undefined || certificate === undefined) return { ok: true, tls }
  const opened = openTls(certificate, { onFault })
  if (!opened.ok) return opened
  let known:
    | { readonly own: ReturnType<Tls>; readonly shown: ReturnType<Tls>; readonly both: ReturnType<Tls> }
    | undefined
  return {
    ok: true,
    tls: () => {
      const [own, shown] = [tls(), opened.tls()]
      if (known?.own !== own || known.shown !== shown) {
        known = { own, shown, both: { ...own, cert: shown.cert, key: shown.key } }
      }
      return known.both
    },
  }
}
