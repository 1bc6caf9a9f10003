import { Connection, instancesChannel } from '@platformatic/kafka'

/**
 * A connection that ends during its login reports that twice: first to what waits for it, then to nobody, which would end
 * the process. So each connection has a listener.
 */
instancesChannel.subscribe((created) => {
  const { instance } = created as { readonly instance: unknown }
  if (instance instanceof Connection) instance.on('error', () => undefined)
})
