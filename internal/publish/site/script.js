// The button that copies the calendar's address. It shows itself: without this
// script there is none, and the address can be copied by hand.
const button = document.querySelector("#copy"), address = document.querySelector("#feed"), said = document.querySelector("#copied");
button.hidden = false;
button.addEventListener("click", async () => {
  address.focus();
  address.select();
  try {
    await navigator.clipboard.writeText(address.value);
  } catch {
    document.execCommand("copy"); // without https there is no other way
  }
  said.textContent = button.dataset.copied;
});
