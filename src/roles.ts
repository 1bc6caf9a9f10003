import { fileURLToPath } from 'node:url'
import type { MigratedModule } from '#platform/postgres'

const migrationsOf = (name: string): MigratedModule => ({
  name,
  directory: fileURLToPath(new URL(`./${name}/migrations`, import.meta.url)),
})

/** Every role needs the schemas of all modules. In the order of their migration. */
export const migratedModules: readonly MigratedModule[] = [
  migrationsOf('platform'),
  migrationsOf('access'),
  migrationsOf('ledger'),
  migrationsOf('lanes'),
  migrationsOf('rails'),
  migrationsOf('payments'),
  migrationsOf('sagas'),
  migrationsOf('cases'),
  migrationsOf('orders'),
]
