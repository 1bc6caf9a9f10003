import chromium from '@sparticuz/chromium'
import { type Browser, chromium as launcher } from 'playwright-core'

/** Whether the package of Chromium runs here. */
export const hasBrowser = process.platform === 'linux' && process.arch === 'x64'

/** Starts the Chromium of the npm package, without a screen. */
export async function startBrowser(): Promise<Browser> {
  const args = ['--no-sandbox', '--disable-setuid-sandbox', '--no-zygote']
  return launcher.launch({ executablePath: await chromium.executablePath(), args, headless: true })
}
