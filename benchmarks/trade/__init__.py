"""A large book with a past, and questions about it: customers, their deals, people, tasks, and two years of journal."""
