import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { callbackSecret } from './demo-rails.ts'
import { startProgram } from './start-program.ts'

export type DemoServer = {
  readonly url: string
  readonly adminKey: string
  readonly stop: () => Promise<void>
}

/** Short, so that a day takes seconds. The bank reports once a day, so its inquiry comes later. */
const profiles = {
  card: { timeout_ms: 1_500, inquire_after_ms: 150 },
  upi: { timeout_ms: 1_500, inquire_after_ms: 150 },
  bank: { timeout_ms: 1_500, inquire_after_ms: 4_000 },
} as const

/** Starts `munim start` on a free port and a temporary data directory, as a user would. */
export async function startDemoServer(railsUrl: string): Promise<DemoServer> {
  const folder = mkdtempSync(join(tmpdir(), 'munim-demo-'))
  // When root starts PostgreSQL, it runs as another user, who must be able to enter the folder.
  chmodSync(folder, 0o755)
  const remove = () => rmSync(folder, { recursive: true, force: true })
  const data = join(folder, 'data')
  const railsConfig = join(folder, 'rails.json')
  const rails = Object.entries(profiles).map(([name, profile]) => [
    name,
    { adapter: `simulator-${name}`, url: railsUrl, callback_secrets: [callbackSecret], ...profile },
  ])
  writeFileSync(railsConfig, JSON.stringify(Object.fromEntries(rails)))
  try {
    const { url, stop } = await startProgram(['start', '--data', data, '--port', '0', '--rails-config', railsConfig])
    const adminKey = readFileSync(join(data, 'admin.key'), 'utf8').trim()
    return { url, adminKey, stop: () => stop().finally(remove) }
  } catch (error) {
    remove()
    throw error
  }
}
