// A phone has no room for the reader's side bar, which then disappears with every link in it: there the
// operations are listed on the page itself. Runs before the reader, so that it draws only once.
const narrow = matchMedia("(max-width: 767px)");
const reader = document.querySelector("rapi-doc");
const choose = () => reader.setAttribute("render-style", narrow.matches ? "view" : "focused");
choose();
narrow.addEventListener("change", choose);
