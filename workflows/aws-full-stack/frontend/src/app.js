fetch('/api/hello.json')
  .then((answer) => answer.json())
  .then((hello) => { document.getElementById('greeting').textContent = hello.greeting; });
