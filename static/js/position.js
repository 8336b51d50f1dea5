// Search around the visitor: the browser's position is asked only on the click, rounded to a kilometre, and sent nowhere
// but in the address of the search. Without JavaScript the field « Près de » says the same.
document.addEventListener("click", (evenement) => {
  const bouton = evenement.target.closest("[data-position] button");
  if (!bouton || !navigator.geolocation) return;
  const cadre = bouton.closest("[data-position]");
  const etat = cadre.querySelector("[role=status]");
  etat.textContent = "Recherche de votre position…";
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      cadre.querySelector("[name=lat]").value = coords.latitude.toFixed(2);
      cadre.querySelector("[name=lon]").value = coords.longitude.toFixed(2);
      etat.textContent = "";
      bouton.form.requestSubmit();
    },
    () => {
      etat.textContent = "Votre position n’est pas disponible : écrivez une commune.";
    },
    { timeout: 10000, maximumAge: 600000 },
  );
});

function montrer() {
  for (const cadre of document.querySelectorAll("[data-position][hidden]")) cadre.hidden = !navigator.geolocation;
}
montrer();
document.addEventListener("htmx:afterSettle", montrer);
