"""What several recipes share. A recipe is a script in the folder above; it imports from here."""
