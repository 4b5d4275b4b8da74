// Improves pages that already work without it. No rule of any kind lives here.
import { initAll } from './vendor/govuk-frontend-6.3.0.min.js'

document.body.classList.add('js-enabled', 'govuk-frontend-supported')
initAll()
