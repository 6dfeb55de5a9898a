try { const theme = localStorage.getItem("palisade-theme"); if (theme) document.documentElement.dataset.theme = theme; } catch { /* no storage: the system's theme */ }
