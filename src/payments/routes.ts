import type { HttpModule } from '#platform/http'
import type { Database } from '#platform/postgres'
import type { Payments } from './payments.ts'
import { dayRoutes } from './routes/day-routes.ts'
import { disputeRoutes } from './routes/dispute-routes.ts'
import { erasureRoutes } from './routes/erasure-routes.ts'
import { paymentActRoutes } from './routes/payment-act-routes.ts'
import { paymentCreateRoutes } from './routes/payment-create-routes.ts'
import { paymentReadRoutes } from './routes/payment-read-routes.ts'
import { payoutRoutes } from './routes/payout-routes.ts'
import { paymentProblems } from './routes/problems.ts'
import { refundRoutes } from './routes/refund-routes.ts'
import { verificationRoutes } from './routes/verification-routes.ts'

export type PaymentRoutesDependencies = { readonly payments: Payments; readonly database: Database }

export function paymentRoutes({ payments, database }: PaymentRoutesDependencies): HttpModule {
  return {
    name: 'payments',
    problems: paymentProblems,
    routes: [
      ...paymentCreateRoutes(payments),
      ...paymentReadRoutes({ payments, database }),
      ...paymentActRoutes(payments),
      ...refundRoutes({ payments, database }),
      ...payoutRoutes({ payments, database }),
      ...disputeRoutes({ payments, database }),
      ...verificationRoutes({ payments, database }),
      ...dayRoutes({ database }),
      ...erasureRoutes({ payments, database }),
    ],
  }
}
