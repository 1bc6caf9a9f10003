import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'

const require = createRequire(import.meta.url)
const engine = readFileSync(require.resolve('accessibility-checker-engine'), 'utf8')

/** What keeps people from reading or using the page, except the rules in `accepted`. */
export async function findBarriers(page: Page, accepted: ReadonlySet<string> = new Set()): Promise<string[]> {
  // Text that is still fading in has no contrast yet.
  await page.evaluate('Promise.all(document.getAnimations().map(({ finished }) => finished))')
  await page.evaluate(engine)
  const { results } = await page.evaluate<Report>("new ace.Checker().check(document, ['IBM_Accessibility'])")
  return results
    .filter(({ ruleId, value: [kind, outcome] }) => kind === 'VIOLATION' && outcome === 'FAIL' && !accepted.has(ruleId))
    .map(({ ruleId, message, snippet }) => `${ruleId}: ${message} ${snippet}`)
}

type Report = {
  readonly results: readonly {
    readonly ruleId: string
    readonly value: readonly [kind: string, outcome: string]
    readonly message: string
    readonly snippet: string
  }[]
}
