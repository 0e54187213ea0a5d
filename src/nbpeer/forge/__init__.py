"""A pull request as nbpeer sees it; will own PyGithub."""
