using System.CommandLine;
using Bullpen.Load;

var url = new Option<string>("--url") { DefaultValueFactory = _ => "http://127.0.0.1:8080", Description = "The server." };
var clients = new Option<int>("--clients") { DefaultValueFactory = _ => 64, Description = "Clients at once." };
var seconds = new Option<int>("--seconds") { DefaultValueFactory = _ => 120, Description = "How long." };
var seed = new Option<int>("--seed") { DefaultValueFactory = _ => 1, Description = "Of the choice of requests." };
var root = new RootCommand("Sends the sample requests from many clients at once and compares every answer with that of a quiet server.")
{
    url, clients, seconds, seed,
};
root.SetAction((parsed, cancellationToken) => Churn.RunAsync(
    parsed.GetValue(url)!, parsed.GetValue(clients), TimeSpan.FromSeconds(parsed.GetValue(seconds)), parsed.GetValue(seed), cancellationToken));

var count = new Option<int>("--count") { DefaultValueFactory = _ => 5000, Description = "Requests." };
var process = new Option<int?>("--process") { Description = "The server's process id, to read its resident memory." };
var malformed = new Command("malformed", "Sends wrong requests: each must be answered with 4xx and give nothing away.") { url, count, seed, process };
malformed.SetAction((parsed, cancellationToken) => Malformed.RunAsync(
    new Uri(parsed.GetValue(url)!), parsed.GetValue(count), parsed.GetValue(seed), parsed.GetValue(process), cancellationToken));
root.Subcommands.Add(malformed);

var repository = new Option<string>("--repository") { Required = true, Description = "The server's repository, with whole copies of the touched models in kept/." };
var chaos = new Command("chaos", "Asks while models are registered, deleted, replaced and broken.") { url, clients, seconds, seed, repository };
chaos.SetAction((parsed, cancellationToken) => Chaos.RunAsync(
    parsed.GetValue(url)!, parsed.GetValue(repository)!, parsed.GetValue(clients), TimeSpan.FromSeconds(parsed.GetValue(seconds)),
    parsed.GetValue(seed), cancellationToken));
root.Subcommands.Add(chaos);
return await root.Parse(args).InvokeAsync();
