using Bullpen.Commands;

return await CommandLineRoot.RunAsync(args);
