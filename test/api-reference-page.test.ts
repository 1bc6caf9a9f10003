import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { operationLink } from '#platform/openapi'
import { startTestServer, type TestServer } from '#testing'
import { findBarriers } from './support/barriers.ts'
import { hasBrowser, startBrowser } from './support/browser.ts'

/** Findings of the engine that are the package's own. None of them keeps a reader from anything. */
const accepted = new Set([
  'aria_attribute_valid', // The icon in the switch of light and dark repeats the label of the switch.
  'aria_content_in_landmark', // The dialog of the search, and the guards of its focus, are outside of the landmarks.
  'aria_hidden_nontabbable', // The guards of the focus of that dialog.
  'aria_role_valid', // The field of the search is a combobox and a search field.
  'element_tabbable_role_valid', // Code that scrolls can be focused, which it must be for the keyboard.
  'label_name_visible', // The field of the search is called by its label, not by its placeholder.
])

describe.runIf(hasBrowser)('the API reference in a browser', () => {
  let server: TestServer
  let browser: Browser
  let page: Page
  const requested = new Set<string>()
  const failures: string[] = []

  beforeAll(async () => {
    server = await startTestServer()
    browser = await startBrowser()
    page = await browser.newPage({ viewport: { width: 1400, height: 900 } })
    page.on('request', (request) => requested.add(request.url().replace(server.url, '').replace(/#.*/, '')))
    page.on('pageerror', (error) => failures.push(error.message))
    // The package measures scroll bars, and sets the width of line numbers, by style attributes, which the policy refuses.
    page.on('console', (message) => {
      if (message.type() === 'error' && !message.text().startsWith('Applying inline style'))
        failures.push(message.text())
    })
    await page.goto(`${server.url}${operationLink({ tag: 'Payments', operationId: 'create_payment' })}`)
  })
  afterAll(async () => {
    await browser?.close()
    await server?.stop()
  })

  test('shows the operation that a link names, with its request examples', async () => {
    await page.getByRole('heading', { name: 'Move money in, or between accounts' }).waitFor()
    const operation = page.locator('[id$="/create_payment"]').first()
    await operation.getByText('Idempotency-Key: create-payment-1042').waitFor()
    await operation.getByRole('button', { name: 'curl' }).first().click()
    await page.getByRole('option', { name: 'TypeScript' }).click()
    await operation.getByText('await munim.payments.create').waitFor()
  })

  test('finds an operation by its words', async () => {
    await page.keyboard.press('Control+k')
    await page.getByRole('dialog').getByRole('combobox').fill('trial balance')
    await page.getByRole('option', { name: 'Read the trial balance' }).click()
    await expect
      .poll(() => page.url())
      .toBe(`${server.url}${operationLink({ tag: 'Reports', operationId: 'get_trial_balance' })}`)
    await page.getByRole('heading', { name: 'Read the trial balance' }).waitFor()
  })

  test('is accessible, as is the list of errors', async () => {
    const other = await browser.newPage({ viewport: { width: 1400, height: 900 }, colorScheme: 'light' })
    await other.goto(`${server.url}${operationLink({ tag: 'Accounts', operationId: 'change_account' })}`)
    await other.getByText('Idempotency-Key: change-account-1042').waitFor()
    expect(await findBarriers(other, accepted)).toEqual([])
    await other.goto(`${server.url}/docs/errors`)
    expect(await findBarriers(other, accepted)).toEqual([])
    await other.close()
  })

  test('is accessible when it is dark, with the search open', async () => {
    const other = await browser.newPage({ viewport: { width: 1400, height: 900 }, colorScheme: 'dark' })
    await other.goto(`${server.url}${operationLink({ tag: 'Accounts', operationId: 'change_account' })}`)
    await other.getByText('Idempotency-Key: change-account-1042').waitFor()
    await other.keyboard.press('Control+k')
    await other.getByRole('dialog').getByRole('combobox').fill('trial balance')
    await other.getByRole('option', { name: 'Read the trial balance' }).waitFor()
    expect(await findBarriers(other, accepted)).toEqual([])
    await other.close()
  })

  test('shows the permission of an operation, and links to the list of errors', async () => {
    await page.getByText('ledger:read', { exact: true }).first().waitFor()
    expect(await page.locator('a[href="/docs/errors#scope_insufficient"]').count()).toBeGreaterThan(0)
    expect(await page.getByRole('link', { name: 'All error codes' }).getAttribute('href')).toBe('/docs/errors')
  })

  test('makes no request to another host, and meets no error', () => {
    expect([...requested].sort()).toEqual(['/docs', '/docs/viewer.js', '/openapi.json'])
    expect(failures).toEqual([])
  })
})
