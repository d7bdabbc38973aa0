"""What the processes write about themselves: for whoever runs the portal, without what people typed or who they are."""
