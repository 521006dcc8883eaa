// Dialogs open by a button with data-opens and close by Escape or data-closes. The browser gives the focus back.
export function startDialogs() {
  document.addEventListener("click", (event) => {
    const opener = event.target.closest?.("[data-opens]");
    if (opener) { document.getElementById(opener.dataset.opens)?.showModal(); return; }
    event.target.closest?.("[data-closes]")?.closest("dialog")?.close();
  });
  document.addEventListener("sufficit:shown", () => {
    for (const dialog of document.querySelectorAll("dialog[data-open-now]")) if (!dialog.open) dialog.showModal();
  });
}
