// Improves pages that already work without it. No rule of any kind lives here.
import { initAll } from './vendor/govuk-frontend-6.3.0.min.js'

document.body.classList.add('js-enabled', 'govuk-frontend-supported')
initAll()

// A question that only follows from another answer is out of sight until it follows. Without this
// script it stands there, and the answer to it is left out when it does not follow.
for (const group of document.querySelectorAll('[data-shown-when]')) {
  const inputs = [...document.getElementsByName(group.dataset.shownWhen)]
  const show = () => {
    const chosen = inputs
      .filter((input) => input.checked || input.tagName === 'SELECT')
      .map((input) => input.value)
    group.hidden = !chosen.includes(group.dataset.shownValue)
  }
  inputs.forEach((input) => input.addEventListener('change', show))
  if (inputs.length > 0) show()
}
