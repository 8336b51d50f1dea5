# Read by gunicorn from the folder it starts in; the numbers of workers and threads are said where it is started.
worker_class = "villes_internet.serveur.Ouvrier"
