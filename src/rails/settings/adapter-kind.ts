import type { Tls } from '#platform/tls'
import type { RailAdapter } from '../rail-adapter.ts'
import type { SettingsOf, SettingsSchema } from './setting.ts'

/** A kind of rail: the settings that its adapter declares, and the adapter made from them. */
export type AdapterKind = {
  readonly fields: readonly string[]
  /** `wrong`: one text for each wrong setting, which completes the sentence "the rail card …". */
  readonly read: (
    name: string,
    values: Readonly<Record<string, unknown>>,
  ) => { readonly make: (tls?: Tls) => RailAdapter } | { readonly wrong: readonly string[] }
}

/** What an adapter gets besides the settings that it declares. `tls`: the process's certificate, for a rail of the same operator. */
type OwnSettings = { readonly name: string; readonly tls: Tls | undefined }

export function adapterKind<Schema extends SettingsSchema>(
  schema: Schema,
  create: (rail: OwnSettings & SettingsOf<Schema>) => RailAdapter,
): AdapterKind {
  const fields = Object.keys(schema)
  return {
    fields,
    read: (name, values) => {
      const read = Object.entries(schema).map(([field, setting]) => [field, setting(field, values[field])] as const)
      const known = ['adapter', ...fields]
      const unknown = Object.keys(values).filter((field) => !known.includes(field))
      const wrong = [
        ...unknown.map((field) => `has the field "${field.slice(0, 40)}"; known are ${known.join(', ')}`),
        ...read.flatMap(([, result]) => (result.ok ? [] : [result.wrong])),
      ]
      if (wrong.length > 0) return { wrong }
      const settings = Object.fromEntries(read.map(([field, result]) => [field, result.ok ? result.value : undefined]))
      return { make: (tls) => create({ ...(settings as SettingsOf<Schema>), name, tls }) }
    },
  }
}
