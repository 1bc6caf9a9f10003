import chromium from '@sparticuz/chromium'
import { type Browser, chromium as launcher } from 'playwright-core'

export const hasBrowser = process.platform === 'linux' && process.arch === 'x64'

export async function startBrowser(): Promise<Browser> {
  const args = ['--no-sandbox', '--disable-setuid-sandbox', '--no-zygote']
  return launcher.launch({ executablePath: await chromium.executablePath(), args, headless: true })
}
